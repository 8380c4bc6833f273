document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["","",""]],"sets":[[0]],"pages":[[0,"",0,"My project"],[0,"docs/",0,"Docs"],[5,"guide/",0,"Guide"]]}}))
