PORT ?= 8000
HOST = 127.0.0.1
DO = @.venv/bin/python

.PHONY: help setup run test check format bench

help:  ## 列出这些命令
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

setup:  ## 建虚拟环境，装依赖
	@sh paibou/setup.sh $(PYTHON)

run: setup  ## 启动整个系统：http://127.0.0.1:8000（PORT=8080 换端口）
	$(DO) manage.py serve --host $(HOST) --port $(PORT)

test: setup  ## 跑全部测试
	$(DO) -m tests

check: setup  ## 格式、静态检查、类型、分层、迁移、部署设置
	$(DO) -m tests.check

format: setup  ## 整理格式
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format --quiet .
	@find templates -name '*.html' | xargs .venv/bin/djade --target-version 5.2 2>/dev/null; true

bench: setup  ## 量速度（比值）
	$(DO) -m benchmarks
