"""What a job may know about itself besides its variables."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EngineJob:
    """One job as the engine handed it out; keys are 64-bit integers of the engine."""

    key: int
    job_type: str
    process_instance_key: int
    element_id: str
    retries: int
