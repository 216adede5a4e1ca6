"""What a bundle has in it, as lines for people."""

from summbench.analysis.bundle.writer import BundleReport


def render_bundle(report: BundleReport) -> str:
    """Write where the bundle is, what is in it and what is not."""
    lines = []
    if report.redacted_keys:
        keys = ", ".join(report.redacted_keys)
        lines.append(f"Folders and secrets of this machine are removed from run.json: {keys}.")
    texts = "are included." if report.with_articles else "are not, only hashes (--with-articles)."
    return "\n".join(
        [
            *lines,
            f"Sealed {len(report.files)} files in {report.path}, {report.size:,} bytes.",
            f"References are included, as scoring again needs them; article texts {texts}",
            f"SHA-256 {report.sha256}",
        ]
    )
