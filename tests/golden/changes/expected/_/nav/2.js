document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Home of Classic","2/"],[0,"Gone","2/gone/"],[0,"Guides","2/guides/"],[1,"Hooks","2/guides/hooks/"],[0,"Index","2/index/"]]}))
