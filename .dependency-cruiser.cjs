/**
 * The arrows of ARCHITECTURE.md: imports point at the wire. Each rule names the row of its table that it holds.
 * test/imports.test.ts plants a violation of every rule and expects it to be caught.
 */
/** Tests, and the parts that only tests use. */
const testFile = '\\.test\\.tsx?$|/test-[a-z-]+\\.ts$'
const ownFolders = '^(node|indexer|db|app|verify|devnet|cli|test|bench)/'

/** @param {string} folder @param {string} allowed the only paths of ours that it may import */
const mayImportOnly = (folder, allowed) => ({
  name: `${folder.replaceAll('/', '-')}-imports`,
  severity: 'error',
  comment: `${folder} may import nothing of ours but ${allowed}`,
  from: { path: `^${folder}/`, pathNot: testFile },
  to: { path: ownFolders, pathNot: `^${folder}/|${allowed}` },
})

/** @param {string} name @param {string} modules @param {string} allowedFrom */
const onlyFrom = (name, modules, allowedFrom) => ({
  name,
  severity: 'error',
  comment: `only ${allowedFrom} may use ${modules}`,
  from: { path: ownFolders, pathNot: `${allowedFrom}|${testFile}|^(test|bench|cli)/` },
  to: { path: modules },
})

const core = (names) => `^(node:)?(${names})$`
const pkg = (names) => `node_modules/(${names})/`
const log = '^node/log\\.ts$'

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    mayImportOnly('node/protocol', '^$'),
    mayImportOnly('node/store', `^node/protocol/|^node/outbox/item\\.ts$|${log}`),
    mayImportOnly('node/chain', `^node/(protocol|store)/|${log}`),
    mayImportOnly('node/peers', `^node/(protocol|store|chain)/|${log}`),
    mayImportOnly('node/dht', `^node/(protocol|store)/|${log}`),
    mayImportOnly('node/swarm', `^node/(protocol|store)/|${log}`),
    mayImportOnly('node/refresh', `^node/(protocol|store|dht)/|${log}`),
    mayImportOnly('node/outbox', `^node/protocol/|${log}`),
    mayImportOnly('node', '^node/'),
    mayImportOnly('indexer', '^db/|^node/(protocol|outbox)/|^node/(log|parent)\\.ts$'),
    mayImportOnly('db', '^node/protocol/|^node/log\\.ts$'),
    {
      name: 'app-imports',
      severity: 'error',
      comment: 'app reads through db/queries and db/views, and shares the pure protocol and verify folders',
      from: { path: '^app/', pathNot: testFile },
      to: {
        path: ownFolders,
        pathNot:
          '^app/|^db/(queries|schema)/|^db/(views|page|client)\\.ts$|^node/protocol/|^node/outbox/(item|archive-format)\\.ts$|^node/(log|parent)\\.ts$|^verify/',
      },
    },
    {
      name: 'app-never-signs',
      severity: 'error',
      comment: 'the native binding of signature.ts breaks the site build, and the site must not need it',
      from: { path: '^(app|db/queries)/|^db/(views|page)\\.ts$', pathNot: testFile },
      to: { path: '^node/protocol/signature\\.ts$', reachable: true },
    },
    {
      name: 'app-never-writes',
      severity: 'error',
      comment: 'invariant 6: the site cannot write, and its imports reach no writes',
      from: { path: '^app/', pathNot: testFile },
      to: { path: '^db/writes/', reachable: true },
    },
    mayImportOnly('verify', '^$'),
    {
      name: 'verify-is-pure',
      severity: 'error',
      comment: 'verify runs in browsers too: nothing of Node but in its command, and the noble packages alone',
      from: { path: '^verify/', pathNot: `${testFile}|^verify/cli\\.ts$` },
      to: { dependencyTypesNot: ['local', 'type-only', 'npm-no-pkg'], pathNot: pkg('@noble/(hashes|secp256k1)') },
    },
    mayImportOnly('devnet', '^node/'),
    {
      name: 'protocol-is-pure',
      severity: 'error',
      comment: 'no I/O: of Node only crypto (and module, to load the native signature binding)',
      from: { path: '^node/protocol/', pathNot: testFile },
      to: { dependencyTypes: ['core'], pathNot: core('crypto|module') },
    },
    onlyFrom(
      'sockets-at-the-edges',
      core('net|dgram|tls|dns|dns/promises'),
      '^node/(peers|dht|swarm)/|^node/(config|allow-address)\\.ts$|^app/_server/|^devnet/|^db/embedded',
    ),
    onlyFrom('http-in-the-front', core('http|https|http2'), '^app/_server/'),
    onlyFrom(
      'files-in-the-store',
      core('fs|fs/promises'),
      '^node/store/|^db/embedded|^db/migrate|^app/_server/|^app/share/card/fonts\\.ts$|^devnet/|^verify/cli\\.ts$',
    ),
    onlyFrom('processes-in-embedded', core('child_process|cluster'), '^db/embedded'),
    onlyFrom('worker-threads', core('worker_threads'), '^indexer/|^node/chain/'),
    onlyFrom('lmdb-in-the-store', pkg('lmdb'), '^node/store/'),
    onlyFrom('native-signatures', pkg('secp256k1'), '^node/protocol/signature\\.ts$'),
    onlyFrom('queue-in-the-outbox', pkg('bullmq|ioredis|pg'), '^node/outbox/'),
    onlyFrom('sql-in-db', pkg('drizzle-orm|postgres'), '^db/'),
    onlyFrom('dht-packages', pkg('bittorrent-dht|k-rpc|k-rpc-socket|k-bucket'), '^node/dht/'),
    onlyFrom('swarm-package', pkg('bittorrent-protocol'), '^node/swarm/'),
    onlyFrom('web-packages', pkg('next|react|react-dom|hono|@hono/[a-z-]+'), '^app/|^next\\.config'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|verify/dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
