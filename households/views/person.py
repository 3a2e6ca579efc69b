"""人员: the list of people, and the page of one."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.doors import Request, needs
from households.forms.filters import PersonFilter
from households.models import Membership, Person
from households.queries.listing import listed_people, name_villages, village_names
from households.queries.people import age
from households.views.panels import rendered_panels
from paibou.lib import keyset

ORDERS = {"name": ("village_code", "name_sort", "id")}


@require_safe
@needs("households.view")
@vary_on_headers("HX-Request")
def person_list(request: Request) -> HttpResponse:
    today = timezone.localdate()
    form = PersonFilter(request.GET, user=request.user, day=today)
    page = keyset.page(request, listed_people(form.rows(), today), orders=ORDERS, default="name")
    for person in page.rows:
        person.age = age(person, today)
    name_villages(page.rows)
    context = {"page": page, "form": form, "today": today}
    return render(request, f"households/person/{'_rows' if request.htmx else 'list'}.html", context)


@require_safe
@needs("households.view")
def person_detail(request: Request, pk: int) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    today = timezone.localdate()
    present = Membership.objects.as_of(today).select_related("household__head").filter(person=person).first()
    context = {
        "person": person,
        "present": present,
        "village": village_names([person]).get(person.village_code, ""),
        "age": age(person, today),
        "day": today,
    }
    context |= rendered_panels(request, person, noun="person", day=today, past=False)
    return render(request, "households/person/detail.html", context)
