import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Client } from './client-address.ts'

/** A path whose answers are not made once for all and kept, but written to each reader as they come. */
export interface DirectRoute {
  matches(pathname: string): boolean
  /** Upper case; HEAD is allowed where GET is, and OPTIONS is answered by the front. Others are refused before `serve`. */
  methods: readonly string[]
  /**
   * Resolves when the response has ended or its reader has gone. What it throws before the head is sent is a 500. The
   * headers of every answer (security, rate limit, below /api/ those of CORS) are set already.
   */
  serve(request: IncomingMessage, response: ServerResponse, url: URL, client: Client): Promise<void>
}
