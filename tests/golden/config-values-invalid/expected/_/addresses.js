document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["1","1","1/"],["0","0",""]],"sets":[[0,1]],"pages":[[0,"",0,"Start"]]}}))
