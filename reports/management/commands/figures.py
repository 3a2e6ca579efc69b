import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from paibou.lib.figures import Kind, figures


class Command(BaseCommand):
    help = "列出系统能算的每一个数：代号、名称、单位、时点或期内、口径"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="按 JSON 输出")

    def handle(self, **options: Any) -> None:
        if options["json"]:
            told = [
                {
                    "slug": figure.slug,
                    "label": figure.label,
                    "unit": figure.unit,
                    "kind": str(figure.nature),
                    "kinds": [str(kind) for kind in Kind.of(figure.nature)],
                    "source": figure.source.label,
                    "definition": figure.definition,
                }
                for figure in figures
            ]
            self.stdout.write(json.dumps({"figures": told}, ensure_ascii=False, indent=1))
            return
        for figure in figures:
            self.stdout.write(f"{figure.slug}  {figure.label}（{figure.unit}，{figure.nature.label}）")
            self.stdout.write(f"  口径：{figure.definition}")
