document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"About Acme *Pay*","1/"],[0,"Guides","1/guides/"],[1,"A","1/guides/a/"],[0,"Own page of version 1","1/own/"]]}))
