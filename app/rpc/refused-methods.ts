/**
 * Methods of the reference that write, mine, need a wallet, or tell of a node what is nobody's business
 * (bitcoinrpc.cpp:226-318).
 */
export const REFUSED_METHODS: ReadonlySet<string> = new Set([
  ...['stop', 'addnode', 'adddnsseed', 'getaddednodeinfo', 'getpeerinfo', 'getrawmempool', 'verifychain'],
  ...['getgenerate', 'setgenerate', 'gethashespersec', 'getmininginfo', 'getwork', 'getblocktemplate', 'submitblock'],
  ...['createwalletuser', 'backupwallet', 'walletpassphrase', 'walletpassphrasechange', 'walletlock', 'encryptwallet'],
  ...['dumpprivkey', 'dumpwallet', 'importprivkey', 'importwallet', 'testvector', 'signmessage', 'verifymessage'],
  ...['gettransaction', 'listtransactions', 'listsinceblock', 'createrawtransaction', 'sendrawtransaction'],
  ...['sendnewusertransaction', 'getlastsoftcheckpoint', 'dhtput', 'dhtputraw', 'newpostmsg', 'newpostcustom'],
  ...['newpostraw', 'newdirectmsg', 'newrtmsg', 'newfavmsg', 'newshorturl', 'getdirectmsgs', 'rescandirectmsgs'],
  ...['setspammsg', 'getspammsg', 'setpreferredspamlang', 'getpreferredspamlang', 'follow', 'unfollow'],
  ...['recheckusertorrent', 'torrentstatus', 'creategroup', 'listgroups', 'getgroupinfo', 'newgroupinvite'],
  ...['newgroupdescription', 'leavegroup'],
])
