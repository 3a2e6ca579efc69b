"""Work on everything that is kept, done by jobs: a merger of divisions, another sealing key."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import Division
from accounts.services.division import recode_division
from accounts.services.keys import count_old, rotate_keys
from exchange import files, jobs
from exchange.models import Job
from paibou.lib.sealing import newest_key_id


def merge_divisions(*, job: Job) -> str:
    """撤并村, as the page asked for it; both divisions must still be the user's."""
    own = Division.objects.visible_to(job.user)
    old, new = own.get(pk=job.arguments["old"]), own.get(pk=job.arguments["new"])
    on, today = date.fromisoformat(job.arguments["on"]), timezone.localdate()
    return recode_division(old=old, new=new, on=on, today=today).as_sentence()


def reseal_everything(*, job: Job) -> str:
    """Every sealed column and file under the newest key. Stopped anywhere, it goes on where it was."""
    old = old_files()
    waiting = count_old()
    total = waiting + len(old)

    def progress(done: int) -> None:
        jobs.report_progress(job=job, done=done, total=total, stage="正在更换密钥")

    progress(0)
    values = rotate_keys(progress=progress)
    for number, path in enumerate(old):
        files.reseal(path)
        if number % 50 == 0:
            progress(values + number)
    return f"已用新密钥加密 {values:,} 个值、{len(old):,} 个文件；旧密钥在下一次备份之后可以撤掉"


def old_files() -> list[Path]:
    """Kept files under an older key."""
    newest = newest_key_id()
    return [path for path in sorted(Path(settings.MEDIA_ROOT).rglob("*.sealed")) if _key_of(path) not in (None, newest)]


def _key_of(path: Path) -> int | None:
    with path.open("rb") as file:
        first = file.read(1)
    return first[0] if first else None
