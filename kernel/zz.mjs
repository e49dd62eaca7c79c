import { bakedTypes } from "./build.mjs";
import { build } from "esbuild";
await build({entryPoints:["kernel/types/service.ts"],bundle:true,platform:"node",format:"cjs",outfile:"node_modules/.cache/svc.cjs",external:["typescript"],define:{"import.meta.dirname":"__dirname"},logLevel:"error"});
const {createRequire}=await import("node:module"); const {TypesService}=createRequire(import.meta.url)("../node_modules/.cache/svc.cjs");
const s=new TypesService(bakedTypes()); s.start("/tmp",[]);
const t=[],u=[]; for(let n=0;n<300;n++){ const cell={serial:n,text:`const z${n} = ${n};\nz${n} + 1`,declared:[{name:`z${n}`,kind:"const",exported:false}],augments:false}; let a=performance.now(); const p=s.check(cell); if(p.length) console.log(p); let b=performance.now(); s.settle(); let c=performance.now(); t.push(b-a);u.push(c-b);}
const q=(l,f)=>[...l].sort((a,b)=>a-b)[Math.floor(l.length*f)].toFixed(2);
console.log("check",q(t,.5),q(t,.95),"settle",q(u,.5),q(u,.95), "first 30", q(t.slice(0,30),.5), "last 100", q(t.slice(200),.5));
