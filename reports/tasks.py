"""What the worker does of this app's."""

from exchange.jobs import job_task
from exchange.models import Job
from paibou.lib.wording import period
from reports.models import Report
from reports.services.report import TASK
from reports.services.report import build_report as build


@job_task(TASK)
def build_report(job: Job) -> str:
    """Once more is no harm: the lines are written anew in one transaction."""
    report = build(report=Report.objects.visible_to(job.user).get(pk=job.arguments["report"]))
    return f"{period(report.start, report.end)}的总结算好了，{report.lines.count()} 个数"
