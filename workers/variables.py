"""What jobs read from the engine and write back: frozen, exact, silent about their values."""

from pydantic import BaseModel, ConfigDict


class Variables(BaseModel):
    """Variables of one job. The field names are exactly the engine's variable names."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
