document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["","",""]],"sets":[[0]],"pages":[[0,"",0,"Home"],[0,"changelog/",0,"Changelog"]]}}))
