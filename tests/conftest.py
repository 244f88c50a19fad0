"""What every test is under: properties are tried as often as they say, however slow a shared machine is meanwhile."""

from hypothesis import HealthCheck, settings

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")
