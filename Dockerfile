# One image for every service; compose.yaml says which one runs.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /opt/chibo

# Dependencies first: they change less often than the code, and stay in the build cache.
COPY requirements/run.lock requirements/
RUN python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/run.lock

COPY pyproject.toml ./
COPY requirements/run.in requirements/
COPY shared shared
COPY services services
RUN python -m pip install --quiet --no-deps --no-build-isolation . \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin chibo \
 && install --directory --owner chibo --mode 0700 /data

# Not from the source folder: what runs is what was installed.
WORKDIR /data
USER chibo
ENV CHIBO_HOME=/data CHIBO_HOST=0.0.0.0 HEALTH_URL=http://127.0.0.1:8101/health
VOLUME /data
HEALTHCHECK --interval=5s --timeout=4s --start-period=20s --retries=6 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(os.environ['HEALTH_URL'], timeout=3)"]
CMD ["python", "-m", "services.roster.main"]
