/** Why nothing can be proved, in words for people. */
export class NoProof extends Error {}
