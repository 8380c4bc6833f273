document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Two","2/"],[0,"Guides","2/guides/"],[1,"Hooks","2/guides/hooks/"]]}))
