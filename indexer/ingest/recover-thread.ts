import { parentPort } from 'node:worker_threads'
import { messageDigest, recoverKeyId } from '../../node/protocol/signature.ts'
import { type RecoverJob, recoverAll } from './recover-job.ts'

// Recovers signers, away from the thread that parses and writes.

parentPort?.on('message', (job: RecoverJob) => {
  const answer = recoverAll(job, (message, signature) => recoverKeyId(messageDigest(message), signature))
  parentPort?.postMessage(answer, [answer.buffer])
})
