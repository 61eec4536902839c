import type { NextConfig } from 'next'

const config: NextConfig = {
  // The front (app/_server) compresses, validates and caches finished responses itself.
  compress: false,
  generateEtags: false,
  poweredByHeader: false,
  // `npm run check` types the whole project; the build only bundles the site.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
}

export default config
