"""The only place where a user becomes a filter."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from paibou.lib import division

if TYPE_CHECKING:
    from accounts.models import User


class Scoped(models.QuerySet):
    """Rows of a village. A noun says where its code stands, and where its household, if helpers may see it."""

    village_column: ClassVar[str] = "village_code"
    household_column: ClassVar[str | None] = None

    def visible_to(self, user: "User") -> Self:
        """Rows below the user's prefixes, and those of the households named to him; nothing for anybody else."""
        seen = division.within(user.prefixes, self.village_column)
        if self.household_column and user.household_ids:
            seen |= Q(**{f"{self.household_column}__in": user.household_ids})
        return self.filter(seen)

    def inside(self, prefix: str) -> Self:
        """Rows of one division and all below it."""
        return self.filter(division.within([prefix], self.village_column))
