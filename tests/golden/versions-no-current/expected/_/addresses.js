document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["4","4","4/"],["3","3",""]],"sets":[[0,1]],"pages":[[0,"",0,"Start"]]}}))
