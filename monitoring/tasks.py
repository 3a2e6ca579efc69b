"""What the worker does of this app's."""

from exchange.jobs import job_task
from exchange.models import Batch, Job
from monitoring.services.alert_return import TASK, make_answers


@job_task(TASK)
def answer_back(job: Job) -> str:
    """Once more is no harm: it makes another file."""
    batch = Batch.objects.visible_to(job.user).select_related("upload").get(pk=job.arguments["batch"])
    made = make_answers(job=job, batch=batch)
    return f"回传文件做好了，{made.rows} 行有预警"
