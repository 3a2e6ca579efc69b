import json
import logging
import sys

from paibou.logs import JsonLines


def record(**given: object) -> dict:
    values = {"name": "exchange.jobs", "level": logging.ERROR, "pathname": "", "lineno": 0, "exc_info": None} | given
    line = JsonLines().format(logging.LogRecord(**values))
    assert "\n" not in line
    return json.loads(line)


def test_a_log_line_is_one_object():
    line = record(msg="第 %s 件", args=(7,))

    assert (line["level"], line["logger"], line["message"]) == ("error", "exchange.jobs", "第 7 件")


def test_what_broke_stands_in_the_same_line():
    try:
        raise ValueError("坏了")
    except ValueError:
        line = record(msg="x", args=(), exc_info=sys.exc_info())

    assert line["trace"].endswith("ValueError: 坏了")
