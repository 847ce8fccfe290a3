"""Where a network comes from: OpenStreetMap by Overpass, XML or PBF."""
