"""What became of a checkpoint's pickle, as lines for people."""

from summbench.core.weights import Conversion


def render_conversion(conversion: Conversion) -> str:
    """Write where the safetensors are and how they are used."""
    weights, folder = conversion.weights, conversion.folder
    if conversion.existing:
        files = ", ".join(conversion.existing)
        return f"{weights} has safetensors already ({files}); use it as it is."
    copies = (
        f"; {conversion.copies} of them shared memory with another and are written apart"
        if conversion.copies
        else ""
    )
    return "\n".join(
        [
            f"{weights}: {conversion.tensors} tensors, {conversion.size / 1e6:,.1f} MB, are now "
            f"safetensors in {folder}{copies}.",
            f"Next: metric.NAME.weights={folder} in a run, or model.NAME.weights=...",
        ]
    )
