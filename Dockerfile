# Each service's image: docker build --build-arg SERVICE=order-service --build-arg PORT=3001 .
FROM node:24.21.0-bookworm-slim AS base
WORKDIR /orderflow

# What an installation depends on and nothing else, so that it is done again only when that changes.
FROM base AS manifests
COPY package.json package-lock.json .npmrc ./
COPY apps apps
COPY libs libs
RUN find apps libs -mindepth 2 -maxdepth 2 ! -name package.json -exec rm -rf {} +

# The service and the libs that it needs: what was not built for it goes, and so does what only the build reads.
FROM base AS build
ARG SERVICE
COPY --from=manifests /orderflow ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY . .
RUN npx tsc -b "apps/$SERVICE/tsconfig.build.json"
RUN for project in apps/* libs/*; do [ -d "$project/dist" ] || rm -rf "$project"; done \
  && find apps libs -mindepth 2 -maxdepth 2 ! -name package.json ! -name dist ! -name migrations ! -name templates -exec rm -rf {} + \
  && find apps libs \( -name '*.d.ts' -o -name '*.map' -o -name '*.tsbuildinfo' \) -delete

# Its packages, without TypeScript and types, which are optional peers of some. Other optional ones are the codecs for this platform.
FROM base AS packages
ARG SERVICE
COPY --from=manifests /orderflow ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev \
  --workspace "@orderflow/$SERVICE" --include-workspace-root=false
RUN rm -rf node_modules/typescript node_modules/@types/node node_modules/@types/pg node_modules/undici-types \
  && find node_modules/.bin -xtype l -delete && find . -name node_modules -prune -o -type f -exec rm {} + \
  && find apps libs -type d -empty -delete

FROM base
ARG SERVICE
ARG PORT
# all addresses of the container, and its name among the others of compose or Kubernetes
ENV NODE_ENV=production PORT=$PORT HOST=0.0.0.0 ALLOWED_HOSTS=$SERVICE
# bounds on what glibc and V8 keep: tools/stack/service-memory.mjs
ENV MALLOC_MMAP_THRESHOLD_=131072
ENV NODE_OPTIONS=--max-old-space-size=1024
COPY --from=packages /orderflow ./
COPY --from=build /orderflow/apps apps
COPY --from=build /orderflow/libs libs
WORKDIR /orderflow/apps/$SERVICE
# the user node, by number: a name does not tell Kubernetes that it is not root
USER 1000:1000
EXPOSE $PORT
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["node", "dist/main.js"]
