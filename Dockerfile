# One image for web, worker and beat; docker-compose.yml says what each runs.
FROM python:3.12-slim-bookworm
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
ENV PYTHONUNBUFFERED=1 PAIBOU_HOME=/data
RUN useradd --create-home paibou && mkdir /data && chown paibou /data
USER paibou
VOLUME /data
EXPOSE 8000
