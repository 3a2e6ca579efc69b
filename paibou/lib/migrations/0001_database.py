from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

BIGRAMS = """
CREATE FUNCTION bigrams(value text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT substr(value, i, 2) FROM generate_series(1, length(value) - 1) AS i);
"""
NAME_PAIRS = """
CREATE FUNCTION name_pairs(village_code text, name text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN bigrams(name) || ARRAY(SELECT left(village_code, 9) || pair FROM unnest(bigrams(name)) AS pair);
"""


class Migration(migrations.Migration):
    """What the tables stand on: equality in exclusion constraints, and the two-character name index.

    Trigrams do not serve two Chinese characters in the middle of a name, and depend on LC_CTYPE; `bigrams` does neither.
    `name_pairs` holds each pair once for all and once under its township: a common pair costs a township its own rows only.
    """

    initial = True
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION bigrams(text)"),
        migrations.RunSQL(NAME_PAIRS, "DROP FUNCTION name_pairs(text, text)"),
    ]
