"""What a cell means: each cleaner turns a cell into a value or says in Chinese what is wrong with it.

Forms and imports use the same ones, so both refuse in the same words. Empty cells become `None`.
"""

from paibou.lib.cleaners.amounts import clean_amount, clean_count, clean_wan, spell_amount
from paibou.lib.cleaners.choices import clean_flag, one_of
from paibou.lib.cleaners.codes import clean_code
from paibou.lib.cleaners.dates import clean_date, no_later_than
from paibou.lib.cleaners.identities import clean_identity
from paibou.lib.cleaners.names import clean_name
from paibou.lib.cleaners.phones import clean_phone
from paibou.lib.cleaners.text import Cell, clean_text, is_nothing, narrow, tidy
from paibou.lib.cleaners.unclean import Unclean

__all__ = [
    "Cell",
    "Unclean",
    "clean_amount",
    "clean_code",
    "clean_count",
    "clean_date",
    "clean_flag",
    "clean_identity",
    "clean_name",
    "clean_phone",
    "clean_text",
    "clean_wan",
    "is_nothing",
    "narrow",
    "no_later_than",
    "one_of",
    "spell_amount",
    "tidy",
]
