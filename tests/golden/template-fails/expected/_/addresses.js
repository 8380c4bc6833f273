document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["","",""]],"sets":[[0]],"pages":[[0,"",0,"Start"],[0,"a/",0,"A"],[0,"b/",0,"B"]]}}))
