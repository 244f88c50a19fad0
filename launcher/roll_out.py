"""A casebook and an engine that others run, made ready: `python -m launcher.roll_out`.

The compose file's one-shot service: migrates, imports the district's directory, deploys all models as one deployment.
What is there already is found again, so it may run at every start.
"""

import sys
from datetime import UTC, datetime

from casebook.errors import MinhuError
from casebook.settings import Settings
from launcher.errors import LauncherError
from launcher.models import deploy_models
from launcher.progress import say
from launcher.register import Decisions, prepare_casebook


def main() -> int:
    """Make both ready; 1 and a sentence when one of them cannot be used."""
    try:
        settings = Settings.from_environment()
        url = settings.database_url.get_secret_value()
        now, key = datetime.now(UTC), settings.personal_key
        prepare_casebook(url, key=key, decided=Decisions(config=settings.config, bpmn=settings.bpmn), now=now)
        say("卷宗数据库已就绪。")
        versions = deploy_models(settings.zeebe, folder=settings.bpmn, state=settings.state)
    except (MinhuError, LauncherError) as refusal:
        say(str(refusal))
        return 1
    for name, version in sorted(versions.items()):
        print(f"{name}  第 {version} 版")
    return 0


if __name__ == "__main__":
    sys.exit(main())
