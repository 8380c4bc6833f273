document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Home of Acme","1/"],[0,"Gone","1/gone/"],[0,"Guides","1/guides/"],[1,"Hooks","1/guides/hooks/"],[0,"Only old","1/old/"]]}))
