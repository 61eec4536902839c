/** Exports that show nothing: parts of queries, readers of reports, and what the operator alone is told. */
export const NOT_SHOWN: ReadonlySet<string> = new Set([
  ...['allowArchive', 'archiveFacts', 'archivedBlocks'].map((name) => `archive.ts ${name}`),
  ...['isPostShown', 'isOwnPostShown', 'isUserShown', 'isTagShown', 'isPromotedShown'].map(
    (name) => `hidden.ts ${name}`,
  ),
  ...['cursorText', 'cursorOfText'].map((name) => `cursor.ts ${name}`),
  'follows.ts followsForOperator',
  ...['serverFacts', 'hasForeignTrigrams', 'roleFacts', 'hasQueueTables', 'indexFacts'].map(
    (name) => `health.ts ${name}`,
  ),
  ...['refusedItems', 'refusedItem', 'refusedByCode'].map((name) => `quarantine.ts ${name}`),
  ...['operatorBlocks', 'optedOutCount'].map((name) => `moderation.ts ${name}`),
  ...['postList', 'stepsOfPosts'].map((name) => `post-list.ts ${name}`),
  ...['isShown', 'isOpen', 'isNotHidden', 'postColumns', 'postJoins', 'postViewOf'].map(
    (name) => `post-row.ts ${name}`,
  ),
  ...['openReader', 'readWithin', 'readOneMoment', 'hexOf', 'hashOf'].map((name) => `reader.ts ${name}`),
  ...['member', 'numberIn', 'booleanIn', 'textIn', 'lengthIn', 'sumIn', 'numbersIn', 'sumOf'].map(
    (name) => `report-json.ts ${name}`,
  ),
  ...['authorFacts', 'foundIn', 'whyUnseen'].map((name) => `missing.ts ${name}`),
  ...['personColumns', 'personJoins', 'userLineOf'].map((name) => `person-row.ts ${name}`),
  'promoted.ts promotedViewOf',
  ...['keyRecords', 'headersBetween', 'hashesAt', 'chainHeight'].map((name) => `proof.ts ${name}`),
  'dht-values.ts hiddenAmong',
  ...['pieceJoin', 'limitOf'].map((name) => `pieces.ts ${name}`),
  'row-limit.ts rowLimit',
  'kept-texts.ts withKeptTexts',
  'blocks.ts blockLineOf',
  ...['streamEnd', 'hasStreamEvent', 'streamRows', 'listenForStream'].map((name) => `stream.ts ${name}`),
  'hashtags.ts hashtagViewOf',
  'search-date.ts parseDate',
  ...['walkedMatches', 'matchesInIndex', 'scannedMatches', 'rankedMatches'].map((name) => `search-matches.ts ${name}`),
  'search-query.ts parseSearchQuery',
  'search-replacements.ts similarWords',
  ...['searchPlan', 'wantedWords'].map((name) => `search-tsquery.ts ${name}`),
  'user-fetch.ts notifyWanted',
])
