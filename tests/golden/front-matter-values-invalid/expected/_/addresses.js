document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["1","1",""]],"sets":[[0]],"pages":[[0,"",0,"1"],[0,"toml/",0,"T"]]}}))
