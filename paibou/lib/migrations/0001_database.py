from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

BIGRAMS = """
CREATE FUNCTION bigrams(value text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT substr(value, i, 2) FROM generate_series(1, length(value) - 1) AS i);
"""


class Migration(migrations.Migration):
    """What the tables stand on: equality in exclusion constraints, and the two-character name index.

    Trigrams do not serve two Chinese characters in the middle of a name, and depend on LC_CTYPE; `bigrams` does neither.
    """

    initial = True
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION bigrams(text)"),
    ]
