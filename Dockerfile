# csms-harness in an image: no root, and nothing is written but the folder of the reports.
#   docker build -t csms-harness .
#   docker run --rm --read-only --tmpfs /tmp -v "$PWD:/work" -u "$(id -u)" csms-harness run --target target.yaml --out reports/mine
FROM python:3.12-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/csms-harness \
 && PIP_CONSTRAINT=constraints.txt /opt/csms-harness/bin/pip install --no-cache-dir '.[all]'

FROM python:3.12-slim
COPY --from=build /opt/csms-harness /opt/csms-harness
ENV PATH=/opt/csms-harness/bin:$PATH PYTHONDONTWRITEBYTECODE=1 CSMS_HARNESS_STATE=/tmp/csms-harness
RUN useradd --create-home --uid 1000 harness
USER 1000
WORKDIR /work
ENTRYPOINT ["csms-harness"]
CMD ["--help"]
