"""A summary: asked for, built by a job, its doubtful numbers confirmed, frozen."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Division, User
from exchange.jobs import submit
from exchange.models import Job
from paibou.lib import division as codes
from paibou.lib.refused import Refused
from paibou.lib.wording import period
from reports import engine
from reports.lines import Terms, refuse_period
from reports.models import Confirmation, Report, ReportLine
from reports.queries.report import count_lines, equations_of, rebuilt
from reports.services.instant import settled_instant

TASK = "reports.build_report"


@transaction.atomic
def ask_report(*, division: Division, start: date, end: date, by: User, today: date, kind: str = "half-year") -> Report:
    """Ask for a summary of the division; a job builds it. Refused for days to come, or a period turned round."""
    refuse_period(start, end, today)
    now = timezone.now()
    report = Report.objects.create(
        kind=kind, village_code=codes.pad(division.code), start=start, end=end, since=start, known_at=now, by=by
    )
    return _submit(report, by)


@transaction.atomic
def ask_again(*, report: Report, by: User) -> Report:
    """Build a draft anew, with what is known by then. Refused for a final one, and while a job is at it."""
    free = Q(job=None) | ~Q(job__state__in=Job.State.unfinished())
    moved = (
        Report.objects.filter(free, pk=report.pk).exclude(state=Report.State.FINAL).update(state=Report.State.BUILDING)
    )
    if not moved:
        raise Refused("这份总结已经定稿，或正在算；定稿的不再改，另做一份")
    return _submit(report, by)


def _submit(report: Report, by: User) -> Report:
    report.job = submit(
        task=TASK,
        title=f"算总结 {period(report.start, report.end)}",
        user=by,
        village_code=report.village_code,
        arguments={"report": report.pk},
    )
    report.save(update_fields=["job"])
    return report


@transaction.atomic
def build_report(*, report: Report) -> Report:
    """Count every line as known at an instant that can be asked again, with villages and row keys; a draft comes out."""
    if report.is_final:
        raise Refused("这份总结已经定稿，不再改")
    terms = Terms.today(
        prefix=codes.prefix(report.village_code), start=report.start, end=report.end, known_at=settled_instant()
    )
    report.lines.all().delete()
    ReportLine.objects.bulk_create(
        ReportLine(
            report=report,
            order=order,
            slug=each.line.slug,
            kind=each.line.kind,
            since=each.asked.window.since,
            label=each.line.label,
            unit=each.line.unit,
            value=each.value,
            by_village={code: str(value) for code, value in engine.by_village(each.asked, [terms.prefix]).items()},
            keys=engine.keys(each.asked, [terms.prefix]),
        )
        for order, each in enumerate(count_lines(report.kind, terms))
    )
    report.known_at, report.since, report.counted_by = terms.known_at, terms.since, terms.counted_by
    report.state = Report.State.DRAFT
    report.save(update_fields=["known_at", "since", "counted_by", "state"])
    return report


@transaction.atomic
def confirm_equation(*, report: Report, key: str, reason: str, by: User) -> Confirmation:
    """Give the reason for which numbers that do not agree are right all the same. Refused where they agree."""
    broken = {each.key: each for each in equations_of(report) if not each.holds}
    if report.state != Report.State.DRAFT or key not in broken:
        raise Refused("这一条已经相符，或总结已经定稿，不用写原因")
    if len(reason.strip()) < 2:
        raise Refused("写明照报的原因，例如“有 3 人消除前新出生”")
    word, _ = Confirmation.objects.update_or_create(
        report=report, equation=key, numbers=broken[key].numbers, defaults={"reason": reason.strip(), "by": by}
    )
    return word


@transaction.atomic
def finalise_report(*, report: Report, by: User) -> Report:
    """Freeze a draft as it was built. Refused while an equation is broken and nobody said why, or where rows that it
    counted have been rewritten since: what is frozen must come out again.
    """
    if report.state != Report.State.DRAFT:
        raise Refused("只有草稿能定稿；正在算的等算好，定稿过的不用再定")
    open_questions = [each.text for each in equations_of(report) if not each.is_settled]
    if open_questions:
        raise Refused(f"还有 {len(open_questions)} 条对不上：{open_questions[0]}；先改数据重算，或写明原因照报")
    if [each.value for each in rebuilt(report)] != [line.value for line in report.lines.all()]:
        raise Refused("算好以后，当时计入的记录被改写过，数对不上了；重算一次再定稿")
    moved = Report.objects.filter(pk=report.pk, state=Report.State.DRAFT, known_at=report.known_at).update(
        state=Report.State.FINAL, finalised_at=timezone.now(), finalised_by=by
    )
    if not moved:
        raise Refused("刚刚有人动过这份总结，请刷新后再看")
    report.refresh_from_db()
    return report
