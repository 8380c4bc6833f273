document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["3","3",""],["2","2","2/"]],"sets":[[1]],"pages":[[0,"",0,"Start"]]}}))
