"""What can be wrong with the keys of a checkpoint before anything of it is loaded."""

from typing import Any, Literal, get_args

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.models import pretrained
from summbench.models.stop_rule import read_stop_rule

Truncate = Literal["head", "head_tail"]


def check_checkpoint(config: Any) -> None:
    """Raise SummbenchError for a wrong key of a `CheckpointConfig`, or weights that are not here.

    `config` is one, or has its attributes.
    """
    require_at_least_one(batch_tokens=config.batch_tokens, batch_size=config.batch_size)
    if config.truncate not in get_args(Truncate):
        choices = ", ".join(get_args(Truncate))
        raise SummbenchError(f"truncate={config.truncate!r} is none of {choices}.")
    if read_stop_rule(config.stop) and (config.generate or {}).get("num_beams", 1) != 1:
        raise SummbenchError(
            "stop does not go with num_beams: a search decides between whole texts only."
        )
    pretrained.require_cached(config.weights, config.revision, config.offline)
    if not config.allow_pickle:
        pretrained.require_safetensors(config.weights, config.revision, config.offline)
