"""回传: the page of a batch's answers, and the note that they went out."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import Request, needs
from exchange.models import Batch, Job
from monitoring.forms.alert_act import RETURN
from monitoring.forms.alert_answers import AnswerForm
from monitoring.models import Alert
from monitoring.queries.alert_list import view_counts
from monitoring.services.alert import return_alerts
from monitoring.services.alert_return import TASK, order_answers
from monitoring.views.alert import FORM, seen_alerts
from paibou.lib import notices
from paibou.lib.refused import Refused


def _batch(request: Request, pk: int) -> Batch:
    batches = Batch.objects.visible_to(request.user).filter(kind="alerts").select_related("upload")
    return get_object_or_404(batches, pk=pk)


@require_http_methods(FORM)
@needs(RETURN)
def answer_back(request: Request, batch_pk: int) -> HttpResponse:
    """How far a batch is, the files made of its answers; a POST has one made."""
    batch = _batch(request, batch_pk)
    today = timezone.localdate()
    alerts = seen_alerts(request).filter(batch=batch)
    first = alerts.order_by("pk").first()
    reason = f"回传{first.get_source_display()}核查答复" if first else ""
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"reason": reason})
    if form.is_bound and form.is_valid():
        try:
            order_answers(batch=batch, by=request.user, today=today, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, str(no))
        else:
            notices.done(request, "正在做回传文件", "做好了列在下面，可以离开这一页")
            return redirect("monitoring:answer_back", batch_pk)
    jobs = Job.objects.visible_to(request.user).filter(task=TASK, arguments__batch=batch.pk)
    context = {
        "batch": batch,
        "form": form,
        "counts": view_counts(alerts, today),
        "jobs": list(jobs.prefetch_related("files").select_related("user").order_by("-pk")[:10]),
        "source": first.get_source_display() if first else "",
    }
    return render(request, "monitoring/alert/answers.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(RETURN)
def answers_returned(request: Request, batch_pk: int) -> HttpResponse:
    """The file went out: all that is closed of the batch counts as sent back."""
    keys = list(seen_alerts(request).filter(batch=_batch(request, batch_pk)).values_list("pk", flat=True))
    try:
        act = return_alerts(alerts=Alert.objects.filter(pk__in=keys), on=timezone.localdate(), by=request.user)
    except Refused as no:
        notices.refused(request, str(no))
    else:
        undo = reverse("monitoring:alert_undo", args=[act.uid])
        notices.done(request, f"已登记回传 {act.count} 条", undo=undo)
    return redirect("monitoring:answer_back", batch_pk)
