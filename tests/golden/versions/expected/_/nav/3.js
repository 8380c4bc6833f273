document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Dashboard",""],[0,"Guides","guides/"],[1,"Webhooks","guides/webhooks/"],[0,"Reference","reference/"],[1,"Keys","reference/keys/"]]}))
