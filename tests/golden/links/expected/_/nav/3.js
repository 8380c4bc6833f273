document.dispatchEvent(new CustomEvent("recto:tree",{detail:[[0,"Links","","Updated"],[0,"Guides","guides/","New"],[1,"Webhooks","guides/webhooks/","Updated"]]}))
