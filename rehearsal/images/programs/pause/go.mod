module multicluster-lab/rehearsal/images/programs/pause

go 1.26.0
