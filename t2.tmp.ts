import { ProcessMemory } from './src/input/process-memory.ts';
import { glibcAccount } from './src/analysis/malloc/glibc/account.ts';
const t=performance.now(); const img=new ProcessMemory(+process.argv[2]!,4096); const g=glibcAccount(img)!;
const s=(k:string,f='bytes')=>g.arenas.reduce((x,a:any)=>x+(typeof a[k]==='number'?a[k]:a[k][f]),0);
console.log(JSON.stringify({arenas:g.arenas.length,arenaSystem:s('systemBytes'),live:s('live'),binned:s('binned'),binnedN:s('binned','count'),fast:s('fast'),fastN:s('fast','count'),cached:s('cached'),top:s('top'),book:s('bookkeeping'),foreign:s('foreign'),lost:s('lost'),trim:s('trimmable'),odd:g.arenas.flatMap(a=>a.odd),mapped:g.mapped.blocks.length,mappedBytes:g.mapped.bytes,ms:Math.round(performance.now()-t)}));
